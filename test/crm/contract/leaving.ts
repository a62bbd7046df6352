import { expect } from "vitest";
import { isFailure } from "../../../src/crm/failure.ts";
import type { Behaviour } from "./scene.ts";

/** Uninstalling. */
export const LEAVING: readonly Behaviour[] = [
  {
    name: "leaves: afterwards the tokens are of no use (G10)",
    async run(scene) {
      const companyId = await scene.people.company();
      await scene.patiently(() => scene.crm.leave());
      await scene.world.advance(6 * 3_600_000);
      scene.reconnect();
      await expect(scene.patiently(() => scene.crm.read("company", [companyId]))).rejects.toSatisfy(
        (error) => isFailure(error, "revoked") || isFailure(error, "unauthorised"),
      );
    },
  },
];
