import * as l10n from "@vscode/l10n";
import type { CacheState, Problem } from "../../protocol.ts";
import { hostOf } from "./cacheKind.ts";
import { checkAgain, copySnippet } from "./fixes.ts";

/** What the reason of a failure contains -> what to look at. The first one counts. */
const causes: readonly (readonly [pattern: RegExp, advice: () => string])[] = [
  [
    /CERT_NOT_YET_VALID|CERT_HAS_EXPIRED|certificate (?:has expired|is not yet valid)/i,
    () =>
      l10n.t(
        "Its certificate is not valid now. Compare the clock of this machine with that of the cache, then renew the certificate.",
      ),
  ],
  [
    /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|self.signed|local issuer|unable to verify/i,
    () =>
      l10n.t(
        "The authority of its certificate is not known here. Add it to the certificates of this system, or name a file with it in the variable NIX_SSL_CERT_FILE (newer versions of Nix: setting 'ssl-cert-file').",
      ),
  ],
  [
    /ALTNAME|does not match certificate/i,
    () => l10n.t("Its certificate is for another name. Use the name in the certificate as the address of the cache."),
  ],
  [
    /\b407\b|proxy/i,
    () =>
      l10n.t(
        "A proxy answered instead. Check 'https_proxy' and 'no_proxy' in the environment of Nix, and the proxy's login.",
      ),
  ],
  [
    /\b40[13]\b/,
    () =>
      l10n.t(
        "It requires a login. Add its host with user name and password to the file in Nix's setting 'netrc-file'.",
      ),
  ],
  [
    /ENOTFOUND|EAI_AGAIN|could not resolve|getaddrinfo/i,
    () =>
      l10n.t("Its name is not known. Check the spelling, the DNS and the connection to its network, such as a VPN."),
  ],
  [
    /ECONNREFUSED|refused/i,
    () => l10n.t("Its machine is up, but nothing listens at this port. Start the server there, or correct the port."),
  ],
  [
    /EHOSTUNREACH|ENETUNREACH|no route|unreachable/i,
    () => l10n.t("Its network cannot be reached from here. Check the connection, such as a VPN."),
  ],
  [
    /time|no answer|late/i,
    () =>
      l10n.t("It does not answer in time. It may be overloaded, or a firewall or a proxy setting may be in the way."),
  ],
  [/\b(?:429|5\d\d)\b/, () => l10n.t("The server itself fails or is overloaded. Look at its log, and check again.")],
];

/** What to look at because paths of a cache could not be checked; undefined if nothing is known beside that. */
export function unreachable(id: string, { url, problem }: CacheState): Problem | undefined {
  if (problem === undefined) return undefined;
  const reason = `${problem.message}\n${problem.detail ?? ""}`;
  // The URL may contain anything.
  const said = reason.replaceAll(url, "");
  const advice =
    problem.code === "cache-unreachable" ? causes.find(([pattern]) => pattern.test(said))?.[1]() : undefined;
  const host = hostOf(url);
  const isLogin = problem.code === "cache-login" && host !== undefined;
  const login = isLogin
    ? [
        copySnippet(
          l10n.t("Copy Line for netrc"),
          `machine ${host} login USER password PASSWORD`,
          l10n.t(
            "Add it to the file in Nix's setting 'netrc-file' (/etc/nix/netrc), which only root should be able to read.",
          ),
        ),
      ]
    : [];
  if (advice === undefined && !isLogin) return undefined;
  const message = advice === undefined ? problem.message : l10n.t("{0} did not answer. {1}", url, advice);
  const { code, severity, detail, fixes = [] } = problem;
  return { code, severity, message, detail, fixes: [...login, checkAgain(id), ...fixes] };
}
