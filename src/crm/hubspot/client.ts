/** One portal's way to HubSpot's data API: budget, token, one call, one retry after a dead token, and the failure's meaning. */
import type { z } from "zod";
import { isFailure } from "../failure.ts";
import { clockAhead, type Fetch, type HttpCall, type HttpReply, send } from "../http.ts";
import type { Wiring } from "../port.ts";
import { Budgets, type LimitName, type Needs } from "./limits.ts";
import { failureOf, unexpected } from "./refusals.ts";

export interface ApiCall {
  method: HttpCall["method"];
  /** from the root, with its query */
  path: string;
  /** the path as the log and messages may keep it, where it holds a value */
  logged?: string;
  json?: unknown;
  /** does it change anything in HubSpot? */
  write?: boolean;
  /** which budget it draws from; `general` unless told otherwise */
  limit?: LimitName;
  /** how many things it carries, for the log */
  items?: number;
}

export class Client {
  readonly #fetch: Fetch;
  readonly #apiUrl: string;
  readonly wiring: Wiring;
  readonly budgets: Budgets;
  /** how far our clock is ahead of HubSpot's, by its last answer, ms */
  aheadMs = 0;

  constructor(fetch: Fetch, apiUrl: string, wiring: Wiring) {
    this.#fetch = fetch;
    this.#apiUrl = apiUrl;
    this.wiring = wiring;
    this.budgets = new Budgets(wiring.now());
  }

  now(): number {
    return this.wiring.now();
  }

  /** @throws CrmFailure `limited` unless there is room for all of `needs`; nothing is counted */
  room(needs: Needs): void {
    this.budgets.check(needs, this.now());
  }

  /**
   * One call, counted once per request that goes out. A 401 is followed by one forced refresh and one repeat: nothing was done.
   * @returns the answer when it is 2xx
   * @throws CrmFailure with the meaning of anything else (`failureOf`); `limited` before sending when the budget has no room
   */
  async call(call: ApiCall): Promise<HttpReply> {
    const limit = call.limit ?? "general";
    this.budgets.take(limit, this.now());
    const token = await this.wiring.tokens.access();
    try {
      return await this.#attempt(call, token, limit);
    } catch (error) {
      if (!isFailure(error, "unauthorised") || error.status !== 401) throw error;
      const fresh = await this.wiring.tokens.renew(token);
      this.budgets.take(limit, this.now());
      return await this.#attempt(call, fresh, limit);
    }
  }

  /** `call`, its body checked. @throws CrmFailure also when the body is not as documented */
  async ask<T>(call: ApiCall, shape: z.ZodType<T>): Promise<T> {
    const reply = await this.call(call);
    const parsed = shape.safeParse(reply.json);
    if (!parsed.success) throw unexpected(call.write ?? false, call.logged ?? call.path);
    return parsed.data;
  }

  async #attempt(call: ApiCall, token: string, limit: LimitName): Promise<HttpReply> {
    const at = this.now();
    let status = 0;
    try {
      const reply = await send(this.#fetch, {
        method: call.method,
        url: this.#apiUrl + call.path,
        ...(call.logged === undefined ? {} : { named: this.#apiUrl + call.logged }),
        write: call.write ?? false,
        headers: { authorization: `Bearer ${token}` },
        ...(call.json === undefined ? {} : { json: call.json }),
      });
      status = reply.status;
      this.aheadMs = clockAhead(reply, at);
      if (status >= 200 && status < 300) return reply;
      const failure = failureOf(reply, call.write ?? false, this.now());
      if (failure.retryAt !== undefined) this.budgets.park(limit, failure.retryAt);
      throw failure;
    } finally {
      const [path] = (call.logged ?? call.path).split("?");
      this.wiring.onCall?.({ at, method: call.method, path: path!, status, items: call.items ?? 0 });
    }
  }
}
