import { Hono } from "hono";
import type { Bitrix24Sandbox } from "./index.ts";

export function pages(_sandbox: Bitrix24Sandbox): Hono {
  return new Hono();
}
