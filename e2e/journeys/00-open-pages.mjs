// What everybody can open without signing in.
import { journey } from "../kit/journey.mjs";

journey("the open pages are whole", async (house) => {
  const anybody = await house.visitor();
  await anybody.goes("/");
  await anybody.looks("front");
  await anybody.pressesWords("はじめての方へ（5分）");
  await anybody.looks("demo");
  await anybody.goes("/sign-in");
  await anybody.looks("sign-in");
  await anybody.goes("/verify");
  await anybody.looks("verify");
  await anybody.goes("/environment");
  await anybody.sees("動いています");
  await anybody.looks("environment");
  await anybody.goes("/no-such-page");
  await anybody.looks("not-found");
});
