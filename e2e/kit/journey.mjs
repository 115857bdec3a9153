// The list of journeys. A file in `journeys/` or `bar/` adds its own with `journey("a fact", async (house) => { … })`.
export const journeys = [];

/**
 * One journey: fails when it throws, or when a page it looked at has a finding. Three are played at a time; one that changes what all share (the
 * clock, what is broken on purpose) is `{ alone: true }` and comes after the others.
 */
export const journey = (name, play, { alone = false } = {}) => journeys.push({ name, play, alone, number: journeys.length + 1 });
