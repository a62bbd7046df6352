import type { Portal } from "../portal-open.ts";
import { answerRobot } from "../portal-robots.ts";
import type { Surroundings } from "../ports.ts";
import { runWorkflowSoon, type WorkflowCall } from "./workflow.ts";

/** Runs a robot's wish and lets the rule go on with its return values, or with the reason why nothing was done. */
export async function runRobot(
  portal: Portal,
  around: Surroundings,
  call: WorkflowCall,
  eventToken: string | null,
  declared: readonly string[],
): Promise<void> {
  const answer = await runWorkflowSoon(portal, around, call);
  if (eventToken === null) return;
  const outputs = answer.ok ? Object.entries(answer.outputs) : [];
  const values = Object.fromEntries(outputs.filter(([name]) => declared.includes(name)));
  await answerRobot(portal, around, { eventToken, values, ...(!answer.ok && { log: `Tenure: ${answer.why}` }) });
}
