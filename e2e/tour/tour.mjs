// Pictures of the pages of a program that runs, as they are: nothing is changed there. `cectrust demo --script OUTDIR` takes them at its end.
import { journey } from "../kit/journey.mjs";

const PAGES = [
  ["nobody", [["/", "front"], ["/demo", "demo"], ["/sign-in", "sign-in"], ["/environment", "environment"], ["/demo/mails", "mails"], ["/demo/letters", "post-office"], ["/no-such-page", "not-found"]]],
  ["sato", [["/cases", "cases"], ["/cases/new", "case-new"], ["/partners", "partners"]]],
  ["tanaka", [["/certificate", "certificate"]]],
  ["suzuki", [["/company", "company"]]],
  ["kimura", [["/deposits", "deposits"]]],
  ["nakamura", [["/operator", "operator"], ["/operator/subjects/new", "operator-propose"], ["/operator/health", "operator-health"]]],
];

journey("every page is photographed as it is", async (house) => {
  const visitor = await house.visitor();
  const shot = (name) => visitor.looks(name, { judge: false });
  for (const [who, pages] of PAGES) {
    await visitor.becomes(who);
    for (const [path, name] of pages) {
      await visitor.goes(path);
      await shot(name);
    }
    if (who === "sato") {
      await visitor.goes("/cases?show=done");
      const first = visitor.page.locator("main table a").first();
      if (await first.count()) {
        await visitor.goes(await first.getAttribute("href"));
        await shot("concluded");
        await visitor.goes(`${visitor.path}/read`);
        await shot("read");
        await visitor.goes(visitor.path.replace(/\/read$/, ""));
        const { bytes, name } = await visitor.receives("original.download");
        await visitor.goes("/verify");
        await shot("verify");
        await visitor.gives("input[name=file]", { name, mimeType: "application/pdf", buffer: bytes });
        await visitor.presses("verify.check");
        await shot("verified");
      }
    }
    if (who === "kimura") {
      const first = visitor.page.locator("main table a").first();
      if (await first.count()) {
        await visitor.goes(await first.getAttribute("href"));
        await shot("deposit");
      }
    }
  }
});
