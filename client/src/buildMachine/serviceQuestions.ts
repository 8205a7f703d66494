import { isHostName, isMailAddress } from "../../../server/src/common/entered/hosts.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Answers } from "./answers.ts";
import { portProblem } from "./hostQuestions.ts";
import type { Question } from "./question.ts";

/** What the machine runs besides its ssh server, and how that is reached. */
export function serviceQuestions(l10n: Localiser): readonly Question<Answers>[] {
  return [services(l10n), cacheHost(l10n), hydraHost(l10n), web(l10n), email(l10n), httpPort(l10n)];
}

function services(l10n: Localiser): Question<Answers> {
  return {
    isAsked: () => true,
    prompt: ({ hasCache, hasHydra }) => ({
      kind: "several",
      question: l10n.t("Select what it runs besides building over ssh, if anything"),
      choices: [
        {
          value: "cache",
          label: l10n.t("Binary cache"),
          description: "nix-serve",
          detail: l10n.t("Clients fetch what it has built. It signs everything in its store."),
        },
        {
          value: "hydra",
          label: "Hydra",
          detail: l10n.t("Builds the jobs of repositories at each change, and shows them in a browser."),
        },
      ],
      chosen: [...(hasCache ? ["cache"] : []), ...(hasHydra ? ["hydra"] : [])],
    }),
    answered: (answers, given) => ({
      ...answers,
      hasCache: given.includes("cache"),
      hasHydra: given.includes("hydra"),
    }),
  };
}

function cacheHost(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ hasCache }) => hasCache,
    prompt: ({ cacheHost: value }) => ({
      kind: "text",
      question: l10n.t("Name of the binary cache in DNS, which must lead to the build machine"),
      value,
      placeholder: "cache.example.org",
      problem: nameProblem(l10n),
    }),
    answered: (answers, [text = ""]) => ({ ...answers, cacheHost: text }),
  };
}

function hydraHost(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ hasHydra }) => hasHydra,
    prompt: ({ hydraHost: value, hasCache, cacheHost: other }) => ({
      kind: "text",
      question: l10n.t("Name of Hydra in DNS, which must lead to the build machine"),
      value,
      placeholder: "hydra.example.org",
      problem: text =>
        hasCache && text.toLowerCase() === other.toLowerCase()
          ? l10n.t("The cache has this name. Each needs its own, by which nginx selects what to serve.")
          : nameProblem(l10n)(text),
    }),
    answered: (answers, [text = ""]) => ({ ...answers, hydraHost: text }),
  };
}

/** Why a text is not a name in DNS. */
function nameProblem(l10n: Localiser): (text: string) => string | undefined {
  return text => (isHostName(text) ? undefined : l10n.t("Enter the name of a host, not an address."));
}

function web(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ hasCache, hasHydra }) => hasCache || hasHydra,
    prompt: ({ web: chosen }) => ({
      kind: "one",
      question: l10n.t("Select how nginx serves them"),
      choices: [
        {
          value: "https",
          label: "HTTPS",
          description: l10n.t("certificates of Let's Encrypt"),
          detail: l10n.t("Let's Encrypt must reach the names from the Internet on port 80."),
        },
        {
          value: "http",
          label: "HTTP",
          description: l10n.t("in a network that you trust"),
          detail: l10n.t("Downloads are verified by signatures. Passwords of Hydra are not encrypted."),
        },
      ],
      chosen,
    }),
    answered: (answers, [value]) => ({ ...answers, web: value === "http" ? "http" : "https" }),
  };
}

function email(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ hasCache, hasHydra, web: kind }) => (hasCache || hasHydra) && kind === "https",
    prompt: ({ email: value }) => ({
      kind: "text",
      question: l10n.t("Mail address for the account at Let's Encrypt"),
      value,
      placeholder: "admin@example.org",
      problem: text => (isMailAddress(text) ? undefined : l10n.t("Enter a mail address.")),
    }),
    answered: (answers, [text = ""]) => ({ ...answers, email: text }),
  };
}

function httpPort(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ hasCache, hasHydra, web: kind }) => (hasCache || hasHydra) && kind === "http",
    prompt: ({ httpPort: value }) => ({
      kind: "text",
      question: l10n.t("Port of nginx"),
      value,
      problem: portProblem(l10n),
    }),
    answered: (answers, [text = ""]) => ({ ...answers, httpPort: text }),
  };
}
