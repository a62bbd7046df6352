/** What the rules of a CRM's automation ask for, where the CRM asks once: a wish waits here until it can be judged, and a rule until it has its answer. */
import type { Portal } from "../portal-open.ts";
import { answerRobots, keepRobotAnswer } from "../portal-robots.ts";
import { WaitingList } from "../portal-waiting.ts";
import type { Surroundings } from "../ports.ts";
import { runWorkflow, runWorkflowSoon, type WorkflowAnswer, type WorkflowCall } from "./workflow.ts";

/** How soon a wish whose record is not read yet is looked at again, ms. */
const LOOK_AGAIN_MS = 5_000;
/** A wish whose record was not read for so long is given up, and the rule goes on, ms. */
const LIVES_MS = 30 * 60_000;
/** More wait only where the CRM has been away for long; the oldest go. */
const MOST = 200;

interface Run {
  call: WorkflowCall;
  eventToken: string | null;
  declared: readonly string[];
}

/** Sealed: the inputs of a run may hold words of a person. */
const RUNS = new WaitingList<Run>("robotRuns", MOST);

/** Runs a robot's wish and lets the rule go on with its return values, or with the reason why nothing was done. */
export async function runRobot(
  portal: Portal,
  around: Surroundings,
  call: WorkflowCall,
  eventToken: string | null,
  declared: readonly string[],
): Promise<void> {
  const run: Run = { call, eventToken, declared };
  const answer = await runWorkflowSoon(portal, around, call);
  if (isLater(answer)) {
    RUNS.add(portal, around, run);
    return;
  }
  say(portal, around, run, answer);
  await answerRobots(portal, around);
}

/** Looks at the wishes that wait, and gives the answers that wait. When to come back, epoch ms; null: nothing waits. */
export async function tendRobots(portal: Portal, around: Surroundings): Promise<number | null> {
  const now = around.now();
  const waiting = RUNS.in(portal);
  const left = waiting.filter((one) => {
    const run = RUNS.opened(around, one);
    if (run === null) return false;
    const answer = runWorkflow(portal, around, run.call);
    if (isLater(answer) && now < one.at + LIVES_MS) return true;
    say(portal, around, run, answer);
    return false;
  });
  if (left.length < waiting.length) RUNS.keep(portal, left);
  const answersAt = await answerRobots(portal, around);
  return left.length === 0 ? answersAt : Math.min(now + LOOK_AGAIN_MS, answersAt ?? Number.POSITIVE_INFINITY);
}

function isLater(answer: WorkflowAnswer): boolean {
  return !answer.ok && answer.why === "later";
}

function say(portal: Portal, around: Surroundings, { eventToken, declared }: Run, answer: WorkflowAnswer): void {
  if (eventToken === null) return;
  const outputs = answer.ok ? Object.entries(answer.outputs) : [];
  const values = Object.fromEntries(outputs.filter(([name]) => declared.includes(name)));
  keepRobotAnswer(portal, around, { eventToken, values, ...(!answer.ok && { log: `Tenure: ${answer.why}` }) });
}
