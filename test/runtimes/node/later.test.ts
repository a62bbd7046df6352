import { Hono } from "hono";
import { expect, test } from "vitest";
import { laterScreens } from "../../../src/runtimes/node/later.ts";
import type { AppDeps } from "../../../src/web/deps.ts";

test("a page that fails is told by the app around the pages, as if they had not been loaded later", async () => {
  const around = {
    token: () => {
      throw new Error("no chance");
    },
  };
  const app = new Hono().route("/screens", laterScreens({ around } as unknown as AppDeps));
  app.onError((error, c) => c.text(`told: ${error.message}`, 500));
  const answer = await app.request("/screens/enter/x");
  expect([answer.status, await answer.text()]).toEqual([500, "told: no chance"]);
  expect((await app.request("/screens/enter/x/y/z")).status).toBe(404);
});
