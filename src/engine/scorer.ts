/** Scores clients whose facts are as they were: a new book or a new day, from the basis in SQLite to our fields in the mirror. */
import { openBasis } from "../core/client/basis.ts";
import type { HealthAnswer } from "../core/client/health.ts";
import type { PortalBook } from "../core/client/portal-book.ts";
import { decideScore } from "../core/decide.ts";
import { type DesiredFields, PRIORITY } from "../core/desired.ts";
import type { ClientKey } from "../core/model.ts";
import type { ScoreChange } from "../store/journal.ts";
import type { Thing } from "../store/mirror.ts";
import type { DueScore, Rescored } from "../store/scores.ts";
import type { Engine } from "./engine.ts";
import type { Pace } from "./pace.ts";
import { takeText } from "./take-text.ts";

/**
 * Scores one slice of those whose score alone is due. Clients of whom more hangs on what came out (a zone, a class) than numbers are due for
 * a whole decision after it. @returns how many it looked at
 */
export function scoreSome(engine: Engine, most: number, pace: Pace): number {
  const book = engine.book();
  if (book === null) return 0;
  const { store } = engine;
  const size = pace.begin(most);
  const due = store.scores.due(book.version, engine.now(), size);
  if (due.length === 0) return 0;
  const slice = () => scoreSlice(engine, book, due, pace);
  const looked = due.length === size ? store.passing(slice) : store.transaction(slice);
  pace.end(looked);
  return looked;
}

function scoreSlice(engine: Engine, book: PortalBook, due: readonly DueScore[], pace: Pace): number {
  const { scores, clients, journal } = engine.store;
  const config = engine.config();
  const now = engine.now();
  const scoreOne = scoring(engine, book);
  const rescored: Rescored[] = [];
  const changes: ScoreChange<number>[] = [];
  const fields = new Map<ClientKey, DesiredFields>();
  const handedOver: ClientKey[] = [];
  const unkept: number[] = [];
  for (const { client, state, basis, body, isKept } of due) {
    const answer = scoreOne(client, body, state);
    if (answer) {
      const { wakeAt, scored, result } = answer;
      const scoreAt = wakeAt !== null && wakeAt > now ? wakeAt : null;
      rescored.push({ client, state: answer.state, scoreAt, score: scored ? result!.healthTenths / 10 : null });
      fields.set(client, answer.fields);
      if (scored) {
        const { inputs, result: kept } = scored;
        changes.push({ client, at: now, config: config.version, book: book.version, basis, inputs, result: kept });
        if (!isKept) unkept.push(basis);
      }
    } else handedOver.push(client);
    if (pace.isOver(rescored.length + handedOver.length)) break;
  }
  scores.rescored(rescored, book.version);
  scores.handOver(handedOver, book.version);
  // In the same commit: a process that ends before the whole decisions leaves them to the next.
  clients.bringForward(handedOver, now);
  scores.keep(unkept);
  journal.scored(changes);
  showFields(engine, fields);
  return rescored.length + handedOver.length;
}

/** Null also where it fails: the whole decision has a way of saying so. */
function scoring(
  engine: Engine,
  book: PortalBook,
): (key: ClientKey, body: string, state: DueScore["state"]) => HealthAnswer | null {
  const config = engine.config();
  const now = engine.now();
  return (key, body, state) => {
    try {
      return decideScore(key, openBasis(body), state, book, config, now);
    } catch (error) {
      engine.log("score-failed", { client: key, error: error instanceof Error ? error.message : String(error) });
      return null;
    }
  };
}

/**
 * What stands among our fields already takes its new value; a field that is not there yet comes with the next whole decision. A record whose
 * fields were emptied, because it is no client's any more, stays empty.
 */
function showFields(engine: Engine, fields: ReadonlyMap<ClientKey, DesiredFields>): void {
  const { mirror } = engine.store;
  const changed: [Thing, Thing][] = [];
  for (const row of mirror.fieldsOf([...fields.keys()])) {
    const text = withFields(row.desired!, fields.get(row.client)!);
    if (text === row.desired) continue;
    const after = takeText(engine, row, { text, target: row.target, priority: PRIORITY.field, notBefore: 0 });
    if (after !== row) changed.push([row, after]);
  }
  mirror.replace(changed);
}

function withFields(desired: string, fields: DesiredFields): string {
  const wish = JSON.parse(desired) as Record<string, DesiredFields[string]>;
  let isOther = false;
  let isFilled = false;
  for (const name in wish) {
    const value = fields[name];
    isFilled ||= wish[name] !== null;
    if (value === undefined || value === wish[name]) continue;
    wish[name] = value;
    isOther = true;
  }
  return isOther && isFilled ? JSON.stringify(wish) : desired;
}
