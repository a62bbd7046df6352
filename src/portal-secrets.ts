/** Secrets (our access, addresses of channels, the key of a model): sealed before they are stored, opened only for the call. */
import { SEALED } from "./core/channel/settings.ts";
import type { Problem, ProblemCode } from "./core/problem.ts";
import type { Settings } from "./core/settings.ts";
import { outboundUrl } from "./crm/outbound.ts";
import type { Grant } from "./crm/port.ts";
import type { Surroundings, Vault } from "./ports.ts";
import type { Store } from "./store/store.ts";

export function keepGrant(store: Store, vault: Pick<Vault, "seal">, grant: Grant): void {
  store.meta.set("grant", vault.seal(JSON.stringify(grant)));
}

/** The same settings with every secret sealed; what is sealed already stays. */
export function sealSecrets(settings: Settings, vault: Pick<Vault, "seal">): Settings {
  const seal = (secret: string) => (secret.startsWith(SEALED) ? secret : SEALED + vault.seal(secret));
  const { channels, texts } = settings;
  return {
    ...settings,
    channels: { webhooks: channels.webhooks.map((one) => ({ ...one, url: seal(one.url) })) },
    texts: { ...texts, model: texts.model && { ...texts.model, key: seal(texts.model.key) } },
  };
}

/** @throws Error when the secret was sealed by somebody else */
export function openSecret(secret: string, vault: Pick<Vault, "open">): string {
  return secret.startsWith(SEALED) ? vault.open(secret.slice(SEALED.length)) : secret;
}

/** Addresses in the settings that no call will ever reach, each with its path there. */
export function deadAddresses(
  { channels, texts }: Settings,
  { outbound, vault }: Pick<Surroundings, "outbound" | "vault">,
): readonly Problem[] {
  const whyDead = (address: string, secret: string): ProblemCode | null => {
    try {
      openSecret(secret, vault);
      const isDead = outboundUrl(openSecret(address, vault), outbound?.allow) === null;
      return isDead ? "dead_address" : null;
    } catch {
      return "sealed_elsewhere";
    }
  };
  const asked = [
    ...channels.webhooks.map(({ url }, at) => ({ path: `channels.webhooks.${at}.url`, why: whyDead(url, url) })),
    ...(texts.model ? [{ path: "texts.model.url", why: whyDead(texts.model.url, texts.model.key) }] : []),
  ];
  return asked.flatMap(({ path, why }) => (why === null ? [] : [{ path, code: why, params: {} }]));
}
