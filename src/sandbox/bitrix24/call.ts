import type { MethodSpec } from "./contract.ts";
import type { Bitrix24Sandbox } from "./index.ts";
import type { User } from "./org.ts";
import type { SandboxPortal } from "./portal.ts";
import type { Actor, Params } from "./types.ts";

/** One command on its way through a handler. */
export interface Call {
  sandbox: Bitrix24Sandbox;
  portal: SandboxPortal;
  user: User;
  scopes: readonly string[];
  actor: Actor;
  spec: MethodSpec;
  now: number;
  /** `Idempotency-Key` header, REST 3.0 only */
  idempotencyKey: string | null;
  /** records something that the contract does not allow */
  violation(rule: string): void;
  /** adds to the `operating` seconds of this command */
  cost(seconds: number): void;
}

export interface Reply {
  result: unknown;
  total?: number;
  next?: number;
  /** a stored answer under an idempotency key: header `Idempotent-Replayed: true` */
  replayed?: boolean;
}

/** @throws RestError */
export type Handler = (call: Call, params: Params) => Reply;

export type Handlers = Record<string, Handler>;
