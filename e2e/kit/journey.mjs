// The list of journeys. A file in `journeys/` or `bar/` adds its own with `journey("a fact", async (house) => { … })`.
export const journeys = [];

/** One journey: fails when it throws, or when a page it looked at has a finding. */
export const journey = (name, play) => journeys.push({ name, play });
