/**
 * One portal's REST over `fetch`: the token in the body, redirects by hand, one refresh and one replay on a dead token, limits
 * before sending, and batches whose commands fail one by one at HTTP 200. It never sleeps and never repeats a write that may
 * have arrived. Facts sheet sections 4–6.
 */
import { z } from "zod";
import { chunksOf } from "../batch.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import { clockAhead, type Fetch, type HttpReply, isPage, send } from "../http.ts";
import type { Wiring } from "../port.ts";
import { failureOf, OVERLOAD_PAUSE_MS, type Refusal, verdictOf } from "./failures.ts";
import { commandLine, type Params } from "./form.ts";
import { type HostRules, portalEndpoint } from "./hosts.ts";
import type { Limits, Load } from "./limits.ts";

/** Most commands in a batch (ERROR_BATCH_LENGTH_EXCEEDED above it). */
export const BATCH_COMMANDS = 50;
/** Bitrix24 ends a request after 60 s; past that no answer comes. */
const DEADLINE_MS = 60_000;
/** The documentation asks for a real one. */
const USER_AGENT = "Tenure";

export interface Command {
  method: string;
  params?: Params;
}

/** What one command returned. */
export interface Answer {
  result: unknown;
  total: number | null;
  next: number | null;
}

/** `lost`: the batch was answered, but not a word about this command. */
export type Reply = { ok: true; answer: Answer } | { ok: false; error: CrmFailure } | { ok: false; lost: true };

/** What stands beside a result never spoils it: odd figures count as not told. */
const seconds = z.number().optional().catch(undefined);
const Time = z.looseObject({ operating: seconds, operating_reset_at: seconds }).optional().catch(undefined);
const Count = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .catch(null);
const Single = z
  .looseObject({ result: z.unknown(), total: Count, next: Count, time: Time })
  .refine((body) => "result" in body);
/** PHP writes an empty map as `[]`. */
const map = <T extends z.ZodType>(value: T) =>
  z.preprocess((raw) => (Array.isArray(raw) ? { ...raw } : (raw ?? {})), z.record(z.string(), value));
const ErrorBody = z.looseObject({
  error: z.union([z.string(), z.number(), z.looseObject({ code: z.string() })]),
  error_description: z.unknown().optional(),
});
const BatchBody = z.looseObject({
  result: z.looseObject({
    result: map(z.unknown()),
    result_error: map(z.union([z.looseObject({ error: z.union([z.string(), z.number()]) }), z.string()])),
    result_total: map(Count).catch({}),
    result_next: map(Count).catch({}),
    result_time: map(Time).catch({}),
  }),
});

/** The code of an error body, also of REST 3.0's nested form; null when the body is none. */
function errorCode(json: unknown): string | null {
  const body = ErrorBody.safeParse(json);
  if (!body.success) return null;
  const { error } = body.data;
  return typeof error === "object" ? error.code : String(error);
}

export class Client {
  readonly limits: Limits;
  /** how far our clock is ahead of the portal's, by its last answer, ms */
  aheadMs = 0;
  readonly #fetch: Fetch;
  readonly #wiring: Wiring;
  readonly #hosts: HostRules;
  #moved: { from: string; to: string } | null = null;

  constructor(fetch: Fetch, wiring: Wiring, hosts: HostRules, limits: Limits) {
    this.#fetch = fetch;
    this.#wiring = wiring;
    this.#hosts = hosts;
    this.limits = limits;
  }

  /** Where the portal answers now: `https://host/rest/`. @throws CrmFailure `unauthorised` when none is known */
  endpoint(): string {
    const stored = this.#wiring.tokens.grant().endpoint;
    if (stored !== null && this.#moved?.from === stored) return this.#moved.to;
    const checked = stored === null ? null : portalEndpoint(stored, this.#hosts);
    if (checked === null) {
      throw new CrmFailure("unauthorised", "No address of the portal is known. Open Tenure once inside Bitrix24.", {
        code: "NO_ENDPOINT",
      });
    }
    return checked;
  }

  /**
   * One method, one request.
   * @throws CrmFailure of every class; `unknown` only when `write`
   */
  async call(command: Command, write = false): Promise<Answer> {
    const { method, params } = command;
    const reply = await this.#post({
      path: method,
      body: { ...params },
      load: new Map([[method, 1]]),
      write,
      items: 1,
    });
    const body = Single.safeParse(reply.json);
    if (!body.success) throw unreadable(write, method);
    const { result, total, next, time } = body.data;
    this.#told(method, time, 1);
    return { result, total: total ?? null, next: next ?? null };
  }

  /**
   * One writing method of REST 3.0 under an idempotency key: for 24 hours the same key with the same body is answered from the first
   * success. Facts sheet section 4.2.
   * @param key 1 to 255 printable ASCII characters
   * @throws CrmFailure of every class
   */
  async callOnce({ method, params }: Command, key: string): Promise<{ result: unknown; replayed: boolean }> {
    const reply = await this.#post({
      path: `api/${method}`,
      body: { ...params },
      load: new Map([[method, 1]]),
      write: true,
      items: 1,
      headers: { "idempotency-key": key },
    });
    const body = Single.safeParse(reply.json);
    if (!body.success) throw unreadable(true, method);
    this.#told(method, body.data.time, 1);
    return { result: body.data.result, replayed: reply.headers.get("idempotent-replayed") === "true" };
  }

  /**
   * Up to 50 commands in one request, run in order; a later one may refer to an earlier one's result. Keys are letters and digits.
   * @param items how many things the call carries, for the request log; the number of commands when absent
   * @throws CrmFailure when the request as a whole failed; `unknown` only when `write`
   */
  async batch(
    commands: ReadonlyMap<string, Command>,
    write = false,
    items = commands.size,
  ): Promise<Map<string, Reply>> {
    if (commands.size === 0) return new Map();
    if (commands.size > BATCH_COMMANDS)
      throw new Error(`A batch takes ${BATCH_COMMANDS} commands; ${commands.size} were given`);
    const cmd: Record<string, string> = {};
    for (const [key, { method, params }] of commands) cmd[key] = commandLine(method, params ?? {});
    const reply = await this.#post({
      path: "batch",
      body: { halt: 0, cmd },
      load: loadOf(commands.values()),
      write,
      items,
    });
    const body = BatchBody.safeParse(reply.json);
    if (!body.success) throw unreadable(write, "batch");
    const inner = body.data.result;
    this.#toldBatch(commands, inner.result_time);
    const replies = new Map<string, Reply>();
    for (const [key, { method }] of commands) {
      const error = inner.result_error[key];
      if (error !== undefined)
        replies.set(key, {
          ok: false,
          error: this.#refusal(typeof error === "string" ? error : String(error.error), method, write),
        });
      else if (key in inner.result) {
        const answer = {
          result: inner.result[key],
          total: inner.result_total[key] ?? null,
          next: inner.result_next[key] ?? null,
        };
        replies.set(key, { ok: true, answer });
      } else replies.set(key, { ok: false, lost: true });
    }
    return replies;
  }

  /** A command of an answered batch failed. */
  #refusal(code: string, method: string, write: boolean): CrmFailure {
    const refusal: Refusal = { status: 200, code, inner: true, write };
    const verdict = verdictOf(refusal);
    const retryAt = verdict === "limited" ? this.#waitFor(code, new Map([[method, 1]])) : undefined;
    return failureOf(refusal, verdict === "renew" ? "unauthorised" : verdict, { retryAt, about: [method] });
  }

  #waitFor(code: string, load: Load): number {
    const now = this.#wiring.now();
    switch (code.toUpperCase()) {
      case "OPERATION_TIME_LIMIT":
        return Math.max(...[...load.keys()].map((method) => this.limits.methodRefused(method, now)));
      case "OVERLOAD_LIMIT":
        this.limits.block(now + OVERLOAD_PAUSE_MS);
        return now + OVERLOAD_PAUSE_MS;
      default:
        return this.limits.rateRefused(now, this.#wiring.chance());
    }
  }

  #told(method: string, time: z.infer<typeof Time>, count: number): void {
    if (time?.operating === undefined) return;
    const reset = time.operating_reset_at;
    this.limits.told(method, time.operating, reset === undefined ? null : reset * 1000, count, this.#wiring.now());
  }

  /** Each inner method counts for itself; of several commands of one method the last one's figure is the newest. */
  #toldBatch(commands: ReadonlyMap<string, Command>, times: Readonly<Record<string, z.infer<typeof Time>>>): void {
    const last = new Map<string, { time: z.infer<typeof Time>; count: number }>();
    for (const [key, { method }] of commands) {
      const time = times[key];
      if (time?.operating === undefined) continue;
      last.set(method, { time, count: (last.get(method)?.count ?? 0) + 1 });
    }
    for (const [method, { time, count }] of last) this.#told(method, time, count);
  }

  async #post(request: Outgoing): Promise<HttpReply> {
    const { limits } = this;
    limits.require(request.load, this.#wiring.now());
    const token = await this.#wiring.tokens.access();
    const done = limits.take(request.load, this.#wiring.now());
    try {
      return await this.#exchange(request, token);
    } finally {
      done();
    }
  }

  /** Sends until there is an answer: over redirects, and once more with a fresh token. */
  async #exchange(request: Outgoing, firstToken: string): Promise<HttpReply> {
    const { limits } = this;
    let token = firstToken;
    let hops = 0;
    let renewed = false;
    for (;;) {
      const endpoint = this.endpoint();
      const reply = await this.#sendTo(endpoint, token, request);
      if (reply.status >= 300 && reply.status < 400) {
        hops += 1;
        this.#follow(endpoint, reply, request, hops);
        limits.takeAgain(this.#wiring.now());
        continue;
      }
      const code = errorCode(reply.json);
      if (code === null && reply.status < 400) return reply;
      const { status } = reply;
      const refusal: Refusal = { status, code: code ?? "", inner: false, write: request.write, page: isPage(reply) };
      const verdict = verdictOf(refusal);
      if (verdict === "renew" && !renewed) {
        renewed = true;
        token = await this.#wiring.tokens.renew(token);
        limits.takeAgain(this.#wiring.now());
        continue;
      }
      const retryAt = verdict === "limited" ? this.#waitFor(refusal.code, request.load) : undefined;
      throw failureOf(refusal, verdict === "renew" ? "unauthorised" : verdict, { retryAt, about: [request.path] });
    }
  }

  async #sendTo(endpoint: string, token: string, request: Outgoing): Promise<HttpReply> {
    const { path, write, items } = request;
    const at = this.#wiring.now();
    const seen = (status: number): void =>
      this.#wiring.onCall?.({ at, method: "POST", path: `/rest/${path}`, status, items });
    try {
      const reply = await send(this.#fetch, {
        method: "POST",
        url: `${endpoint}${path}`,
        write,
        headers: { "user-agent": USER_AGENT, ...request.headers },
        json: { ...request.body, auth: token },
        deadlineMs: DEADLINE_MS,
      });
      seen(reply.status);
      this.aheadMs = clockAhead(reply, at);
      return reply;
    } catch (error) {
      seen(0);
      throw error;
    }
  }

  /**
   * The portal has another address: the old one answers 302 and did nothing, so the same POST goes to the new one. Only the
   * host may change, to one that we would also have accepted at install.
   */
  #follow(endpoint: string, reply: HttpReply, request: Outgoing, hops: number): void {
    const location = reply.headers.get("location");
    let target: string | null = null;
    try {
      const url = location === null ? null : new URL(location, endpoint);
      const tail = `/rest/${request.path}`;
      const path = url?.pathname.replace(/\.json$/, "");
      if (url && path?.endsWith(tail)) {
        target = portalEndpoint(`${url.origin}${path.slice(0, path.length - request.path.length)}`, this.#hosts);
      }
    } catch {
      target = null;
    }
    if (target === null || hops > 2) {
      throw new CrmFailure("unavailable", "The portal redirects to an address that is not followed.", {
        code: "REDIRECT",
        status: reply.status,
      });
    }
    if (target === endpoint) return;
    this.#moved = { from: this.#wiring.tokens.grant().endpoint ?? endpoint, to: target };
    this.#wiring.onEndpoint?.(target);
  }
}

interface Outgoing {
  path: string;
  body: Record<string, unknown>;
  load: Load;
  write: boolean;
  items: number;
  headers?: Readonly<Record<string, string>>;
}

/** How often each method runs. */
function loadOf(commands: Iterable<Command>): Map<string, number> {
  const load = new Map<string, number>();
  for (const { method } of commands) load.set(method, (load.get(method) ?? 0) + 1);
  return load;
}

/** Answered 200 with something that is no reply: a write may well have been done. */
export function unreadable(write: boolean, method: string): CrmFailure {
  return new CrmFailure(write ? "unknown" : "unavailable", "The portal's answer could not be read.", {
    code: "UNREADABLE",
    about: [method],
  });
}

/** A result in the documented shape. @throws CrmFailure `unavailable` when it has another */
export function shapeOf<T>(shape: z.ZodType<T>, result: unknown, about: string): T {
  const parsed = shape.safeParse(result);
  if (!parsed.success) throw unreadable(false, about);
  return parsed.data;
}

/** Any number of reading commands, in as few requests as it takes. @throws CrmFailure */
export async function batched(client: Client, commands: ReadonlyMap<string, Command>): Promise<Map<string, Reply>> {
  const replies = new Map<string, Reply>();
  for (const chunk of chunksOf([...commands], BATCH_COMMANDS)) {
    for (const [key, reply] of await client.batch(new Map(chunk))) replies.set(key, reply);
  }
  return replies;
}

/** The result of a command that had to succeed. @throws CrmFailure */
export function resultOf(replies: ReadonlyMap<string, Reply>, key: string): unknown {
  return answerOf(replies, key).result;
}

/** The answer of a command that had to succeed. @throws CrmFailure `unavailable` when nothing was said about it */
export function answerOf(replies: ReadonlyMap<string, Reply>, key: string): Answer {
  const reply = replies.get(key);
  if (reply?.ok) return reply.answer;
  if (reply && "error" in reply) throw reply.error;
  throw new CrmFailure("unavailable", "The portal left a command of a batch unanswered.", {
    code: "UNANSWERED",
    about: [key],
  });
}

/** As `answerOf`, but null when the portal lacks the method, the right or the scope: for what a portal may do without. */
export function optionalResult(replies: ReadonlyMap<string, Reply>, key: string): unknown {
  try {
    return resultOf(replies, key);
  } catch (error) {
    if (isFailure(error, "refused") || isFailure(error, "unauthorised")) return null;
    throw error;
  }
}
