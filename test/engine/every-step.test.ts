import { everyStep } from "../support/every-step-suite.ts";
import { House } from "../support/house.ts";

/** `TENURE_EVERY_STEP=1 npm test every-step` plays them all, which takes long, `=10` every tenth; the usual run plays some. */
everyStep((onStep) => new House({ onStep }), process.env.TENURE_EVERY_STEP ?? "");
