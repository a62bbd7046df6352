/** Which addresses we talk to. What a request says about them is an attacker's word until it was checked here. */

/** The two authorisation servers of the cloud: west and east (facts sheet section 2.1). */
const AUTH_SERVERS: readonly string[] = ["https://oauth.bitrix.info", "https://oauth.bitrix24.tech"];

export interface HostRules {
  /** bases without a trailing slash, such as `https://oauth.bitrix.info` */
  authServers: readonly string[];
  /** plain http, ports and local names, for stand-ins on this machine */
  allowHttp: boolean;
}

/** The rules from configuration: further authorisation servers come first and extend the two real ones. */
export function hostRules(oauthUrl: string | undefined, allowHttp: boolean): HostRules {
  const extra = (oauthUrl ?? "").split(/[\s,]+/).filter((base) => base !== "");
  return { authServers: [...new Set([...extra.map((base) => base.replace(/\/+$/, "")), ...AUTH_SERVERS])], allowHttp };
}

/**
 * The authorisation server behind a `server_endpoint` (`https://host/rest/` → `https://host`), a `server_domain` (`host`) or a
 * base as we keep it. @returns null when it is none of those we trust
 */
export function authServerOf(named: string, rules: HostRules): string | null {
  const base = named.replace(/\/+$/, "").replace(/\/rest$/, "");
  return (
    rules.authServers.find((each) => each === base || each === `https://${base}` || each === `http://${base}`) ?? null
  );
}

/** Private, local and link-local IPv4 ranges are all covered by refusing bare addresses: portals have names. */
const PUBLIC_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|invalid|test|example|onion|arpa)$/;

/**
 * A portal's REST address in one form, `https://host/rest/`, or null when it is not one that we would send a token to: only
 * https on the standard port, only public names (no addresses, no local names, no user part), only a path that ends in /rest/.
 */
export function portalEndpoint(named: string, rules: HostRules): string | null {
  let url: URL;
  try {
    url = new URL(named);
  } catch {
    return null;
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return null;
  const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  if (!/^(?:\/[A-Za-z0-9._~-]+)*\/rest\/$/.test(path) || path.includes("..")) return null;
  if (rules.allowHttp && (url.protocol === "http:" || url.protocol === "https:")) return `${url.origin}${path}`;
  if (url.protocol !== "https:" || url.port !== "") return null;
  if (!PUBLIC_NAME.test(url.hostname) || LOCAL_NAME.test(url.hostname)) return null;
  return `${url.origin}${path}`;
}

/** A `DOMAIN` as a frame names it (`x.bitrix24.com`, for stand-ins also `localhost:3000/p/x`), as a REST address; null as above. */
export function endpointOfDomain(domain: string, rules: HostRules): string | null {
  if (!/^[A-Za-z0-9._:/~-]{1,253}$/.test(domain)) return null;
  return portalEndpoint(`https://${domain.replace(/\/+$/, "")}/rest/`, rules);
}

/** Where the vendor's cloud has its portals, `<portal>.bitrix24.<one of these>`; a self-hosted portal may have any name. */
const CLOUD = /^[a-z0-9-]+\.bitrix24\.(?:com|ru|eu|de|fr|es|it|pl|in|ua|by|kz|cn|jp|uk|com\.br|com\.tr)$/;

/** May a browser be sent there unasked? Whatever else looks like a portal may be anybody's. Stand-ins may. */
export function isCloudPortal(endpoint: string, rules: HostRules): boolean {
  return rules.allowHttp || CLOUD.test(new URL(endpoint).hostname);
}

/** What lies before `/rest/` of a REST address: where the portal's own pages are. */
export function portalPages(endpoint: string): string {
  return endpoint.replace(/\/rest\/$/, "");
}
