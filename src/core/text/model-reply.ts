/** What an OpenAI-compatible model answered: one JSON object in the first choice's message. */
import { z } from "zod";

const reply = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });

/** The object that the model wrote; null where there is none. It is a stranger's word: check its shape. */
export function modelReply(answer: unknown): unknown {
  const parsed = reply.safeParse(answer);
  if (!parsed.success) return null;
  try {
    return JSON.parse(parsed.data.choices[0]!.message.content);
  } catch {
    return null;
  }
}
