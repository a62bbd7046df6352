/** The other end of the line, in its own process: a few connections that always have one delivery under way. */
import { connect, type Socket } from "node:net";
import { makePool, type PoolOptions } from "./deliveries.ts";

/** What the parent asks: prepare a pool under a name, or drive a port with it for a while. */
export type DriverAsk =
  | { do: "prepare"; name: string; pool: PoolOptions }
  | { do: "drive"; name: string; port: number; connections: number; ms: number };

export interface DriveResult {
  answered: number;
  /** answers outside 2xx */
  refused: number;
  seconds: number;
  /** one per answer, ms */
  latenciesMs: Float64Array;
}

const pools = new Map<string, readonly Buffer[]>();

process.on("message", (ask: DriverAsk) => {
  if (ask.do === "prepare") {
    pools.set(ask.name, makePool(ask.pool));
    process.send!({ ok: true });
    return;
  }
  void drive(ask).then((result) => process.send!(result));
});

async function drive(ask: Extract<DriverAsk, { do: "drive" }>): Promise<DriveResult> {
  const pool = pools.get(ask.name)!;
  const latencies: number[] = [];
  let next = Math.floor(Math.random() * pool.length);
  let refused = 0;
  const startedAt = performance.now();
  const until = startedAt + ask.ms;
  const one = () =>
    new Promise<void>((done, failed) => {
      const socket = connect({ port: ask.port, host: "127.0.0.1", noDelay: true });
      let sentAt = 0;
      const send = () => {
        sentAt = performance.now();
        socket.write(pool[next++ % pool.length]!);
      };
      socket.once("error", failed);
      socket.once("connect", send);
      onAnswer(socket, (status) => {
        const now = performance.now();
        latencies.push(now - sentAt);
        if (status < 200 || status > 299) refused += 1;
        if (now < until) return send();
        socket.destroy();
        done();
      });
    });
  await Promise.all(Array.from({ length: ask.connections }, one));
  const seconds = (performance.now() - startedAt) / 1000;
  return { answered: latencies.length, refused, seconds, latenciesMs: Float64Array.from(latencies) };
}

/** Calls `say` with the status of each whole answer. Bodies are short: a length, chunks, or none. */
function onAnswer(socket: Socket, say: (status: number) => void): void {
  let kept = "";
  socket.on("data", (chunk) => {
    kept += chunk.toString("latin1");
    const end = kept.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = kept.slice(0, end).toLowerCase();
    const length = /content-length: *(\d+)/.exec(head)?.[1];
    const isWhole = head.includes("transfer-encoding: chunked")
      ? kept.endsWith("0\r\n\r\n")
      : kept.length >= end + 4 + Number(length ?? 0);
    if (!isWhole) return;
    const status = Number(kept.slice(9, 12));
    kept = "";
    say(status);
  });
}
