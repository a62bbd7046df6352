/** Addresses of channels are secrets: they are sealed before they are stored, and opened only for the call. */
import { SEALED } from "./core/channel/settings.ts";
import type { Settings } from "./core/settings.ts";
import { outboundUrl } from "./crm/outbound.ts";
import type { Surroundings, Vault } from "./ports.ts";

/** The same settings with every address sealed; what is sealed already stays. */
export function sealChannels(settings: Settings, vault: Pick<Vault, "seal">): Settings {
  const { webhooks } = settings.channels;
  if (webhooks.every(({ url }) => url.startsWith(SEALED))) return settings;
  const seal = (url: string) => (url.startsWith(SEALED) ? url : SEALED + vault.seal(url));
  return { ...settings, channels: { webhooks: webhooks.map((one) => ({ ...one, url: seal(one.url) })) } };
}

/** @throws Error when the address was sealed by somebody else */
export function openAddress(address: string, vault: Pick<Vault, "open">): string {
  return address.startsWith(SEALED) ? vault.open(address.slice(SEALED.length)) : address;
}

/** Channels whose address no call will ever reach, by their place in the list. */
export function deadChannels(
  settings: Settings,
  around: Pick<Surroundings, "outbound" | "vault">,
): readonly { at: number; why: string }[] {
  return settings.channels.webhooks.flatMap(({ url }, at) => {
    try {
      const address = openAddress(url, around.vault);
      const isDead = outboundUrl(address, around.outbound?.allow) === null;
      return isDead ? [{ at, why: "an https address with a public name and no port" }] : [];
    } catch {
      return [{ at, why: "sealed by another installation: type the address again" }];
    }
  });
}
