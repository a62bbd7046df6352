/** What an OpenAI-compatible model is asked, and what it answered: one JSON object each way. */
import { z } from "zod";

/** Body of `POST …/chat/completions`. @param shown what the question is about; the rules say that it is data @param temperature 0 where there is one right answer */
export function modelRequest(model: string, rules: string, shown: unknown, temperature = 0): unknown {
  return {
    model,
    temperature,
    response_format: { type: "json_object" },
    messages: [
      { role: "system", content: rules },
      { role: "user", content: JSON.stringify(shown) },
    ],
  };
}

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
