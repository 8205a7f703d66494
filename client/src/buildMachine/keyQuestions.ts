import { isCachePublicKey, isSecretKey, isSshPublicKey } from "../../../server/src/common/entered/keys.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Answers } from "./answers.ts";
import type { Question } from "./question.ts";

/** The keys of the cache, of clients and of the host. @param isInWorkspace whether a folder is in one that may be shared. */
export function keyQuestions(
  l10n: Localiser,
  isInWorkspace: (folder: string) => boolean,
): readonly Question<Answers>[] {
  return [keyOrigin(l10n), publicKey(l10n), keyFolder(l10n, isInWorkspace), clientKey(l10n), hostKey(l10n)];
}

function keyOrigin(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ hasCache }) => hasCache,
    prompt: ({ candidate, keyOrigin: chosen }) => ({
      kind: "one",
      question: l10n.t("Select where the keys come from with which the cache signs"),
      choices: [
        {
          value: "later",
          label: l10n.t("Create them on the build machine later"),
          description: l10n.t("recommended"),
          detail: l10n.t("The secret key never leaves it. The next steps show the command."),
        },
        ...(candidate === undefined
          ? []
          : [
              {
                value: "created",
                label: l10n.t("Create them here now"),
                detail: l10n.t("In a folder that only you can read. Morph copies the secret key to the build machine."),
              },
            ]),
        { value: "known", label: l10n.t("Enter an existing public key") },
      ],
      chosen,
    }),
    answered: (answers, [value]) => ({
      ...answers,
      keyOrigin: value === "created" || value === "known" ? value : "later",
    }),
  };
}

function publicKey(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ hasCache, keyOrigin: origin }) => hasCache && origin === "known",
    prompt: ({ publicKey: value, cacheHost }) => ({
      kind: "text",
      question: l10n.t("Public key of the cache"),
      value,
      placeholder: `${cacheHost}-1:...`,
      problem: text => {
        if (isSecretKey(text)) return secretText(l10n);
        return isCachePublicKey(text) ? undefined : l10n.t("Enter a name, a colon and 44 characters in base 64.");
      },
    }),
    answered: (answers, [text = ""]) => ({ ...answers, publicKey: text }),
  };
}

function keyFolder(l10n: Localiser, isInWorkspace: (folder: string) => boolean): Question<Answers> {
  return {
    isAsked: ({ hasCache, keyOrigin: origin }) => hasCache && origin === "created",
    prompt: ({ keyFolder: value }) => ({
      kind: "text",
      question: l10n.t("Folder for the keys on this machine. It is created if it does not exist, for you only."),
      value,
      problem: text => {
        if (!text.startsWith("/")) return l10n.t("Enter an absolute path.");
        return isInWorkspace(text)
          ? l10n.t("This folder is in the workspace, where the secret key may be committed. Enter another one.")
          : undefined;
      },
    }),
    answered: (answers, [text = ""]) => ({ ...answers, keyFolder: text }),
  };
}

function clientKey(l10n: Localiser): Question<Answers> {
  return {
    isAsked: () => true,
    prompt: ({ clientKey: value }) => ({
      kind: "text",
      question: l10n.t("Public key of ssh with which a client logs in (optional: leave empty to add it later)"),
      value,
      placeholder: "ssh-ed25519 AAAA... root@laptop",
      problem: sshKeyProblem(l10n),
    }),
    answered: (answers, [text = ""]) => ({ ...answers, clientKey: text }),
  };
}

function hostKey(l10n: Localiser): Question<Answers> {
  return {
    isAsked: () => true,
    prompt: ({ hostKey: value }) => ({
      kind: "text",
      question: l10n.t(
        "Its ssh_host_ed25519_key.pub, so that clients recognise it (optional: leave empty to add it later)",
      ),
      value,
      placeholder: "ssh-ed25519 AAAA...",
      problem: sshKeyProblem(l10n),
    }),
    answered: (answers, [text = ""]) => ({ ...answers, hostKey: text }),
  };
}

/** Why a text is neither empty nor a public key of ssh. */
function sshKeyProblem(l10n: Localiser): (text: string) => string | undefined {
  return text => {
    if (isSecretKey(text)) return secretText(l10n);
    return text === "" || isSshPublicKey(text) ? undefined : l10n.t("Enter the content of a .pub file: one line.");
  };
}

function secretText(l10n: Localiser): string {
  return l10n.t("This is a secret key. Enter the public one, and never copy this one.");
}
