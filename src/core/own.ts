/** What a record holds under a word that came from outside: what every object has besides (`constructor`) is not held. */
export function own<T>(record: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(record, word) ? record[word] : undefined;
}
