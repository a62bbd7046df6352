/** Lines of an exported portal as one text, and back. */
export async function textOf(lines: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all.join("\n");
}

export async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split("\n");
}
