/** Access tokens that were shown to be an administrator's: each is asked about once, and believed while it lives. In memory. */
export interface AdminTokens {
  /** @param ask asked where nothing is known; what it throws is thrown on and not remembered, and neither is a no */
  isAdmins(key: string, untilMs: number, nowMs: number, ask: () => Promise<boolean>): Promise<boolean>;
}

/** @param most keys remembered; the oldest go first */
export function makeAdminTokens(most = 1_000): AdminTokens {
  const known = new Map<string, { untilMs: number; isAdmins: Promise<boolean> }>();
  return {
    async isAdmins(key, untilMs, nowMs, ask) {
      const before = known.get(key);
      if (before && before.untilMs > nowMs) return before.isAdmins;
      const made = { untilMs, isAdmins: ask() };
      known.delete(key);
      known.set(key, made);
      if (known.size > most) known.delete(known.keys().next().value!);
      const forget = () => {
        if (known.get(key) === made) known.delete(key);
      };
      made.isAdmins.then((is) => is || forget(), forget);
      return made.isAdmins;
    },
  };
}
