import { everyStep } from "../support/every-step-suite.ts";
import { WorkersHouse } from "./house.ts";
import { env } from "./world.ts";

/** `TENURE_EVERY_STEP=1 npm test every-step` plays them all, which takes long, `=10` every tenth; the usual run plays some. */
everyStep((onStep) => new WorkersHouse({ onStep }), String(env.TENURE_EVERY_STEP));
