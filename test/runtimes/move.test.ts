import { describe } from "vitest";
import { openFile } from "../../src/runtimes/node/portal-files.ts";
import { moveContract } from "./move-contract.ts";

describe("moving a portal, on Node", () => {
  moveContract(async (work) => {
    const file = openFile(":memory:");
    try {
      return await work(file.store.db);
    } finally {
      file.close();
    }
  });
});
