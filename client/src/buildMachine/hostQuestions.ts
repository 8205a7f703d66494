import { isHost, isPort } from "../../../server/src/common/entered/hosts.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildMachineCandidate } from "../../../server/src/protocol.ts";
import { type Answers, withCandidate, withHost, withSystem } from "./answers.ts";
import type { Choice, Question } from "./question.ts";

/** The machine, how it is reached, and what it builds. @param pathOf the path of a network's file as the user knows it. */
export function hostQuestions(l10n: Localiser, pathOf: (uri: string) => string): readonly Question<Answers>[] {
  return [candidate(l10n, pathOf), host(l10n), sshPort(l10n), system(l10n), emulated(l10n)];
}

function candidate(l10n: Localiser, pathOf: (uri: string) => string): Question<Answers> {
  const toChoice = (each: BuildMachineCandidate): Choice => ({
    value: idOf(each),
    label: each.machine,
    description: [each.system, each.host].filter(text => text !== undefined).join(" · "),
    detail: pathOf(each.uri),
  });
  return {
    isAsked: ({ defaults }) => defaults.candidates.length > 0,
    prompt: ({ defaults, candidate: chosen }) => ({
      kind: "one",
      question: l10n.t("Select the machine that is to build for others"),
      choices: [
        ...defaults.candidates.map(toChoice),
        {
          value: "",
          label: l10n.t("Another host"),
          description: l10n.t("not a machine of a network in this workspace"),
        },
      ],
      chosen: chosen === undefined ? "" : idOf(chosen),
    }),
    answered: (answers, [id]) => {
      const chosen = answers.defaults.candidates.find(each => idOf(each) === id);
      const isSame = chosen !== undefined && answers.candidate !== undefined && idOf(answers.candidate) === id;
      return isSame ? answers : withCandidate(answers, chosen);
    },
  };
}

function idOf({ uri, machine }: BuildMachineCandidate): string {
  return JSON.stringify([uri, machine]);
}

function host(l10n: Localiser): Question<Answers> {
  return {
    isAsked: () => true,
    prompt: ({ host: value }) => ({
      kind: "text",
      question: l10n.t("Name or IPv4 address at which its clients reach it with ssh"),
      value,
      placeholder: "build.example.org",
      problem: text => (isHost(text) ? undefined : l10n.t("Enter the name of a host, or its IPv4 address.")),
    }),
    answered: (answers, [text = ""]) => (text === answers.host ? answers : withHost(answers, text)),
  };
}

function sshPort(l10n: Localiser): Question<Answers> {
  return {
    isAsked: () => true,
    prompt: ({ sshPort: value }) => ({
      kind: "text",
      question: l10n.t("Port of its ssh server"),
      value,
      problem: portProblem(l10n),
    }),
    answered: (answers, [text = ""]) => ({ ...answers, sshPort: text }),
  };
}

/** Why a text is not a port. */
export function portProblem(l10n: Localiser): (text: string) => string | undefined {
  return text => (isPort(text) ? undefined : l10n.t("Enter a number from 1 to 65535."));
}

function system(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ candidate: chosen }) => chosen?.system === undefined,
    prompt: ({ defaults, system: chosen }) => ({
      kind: "one",
      question: l10n.t("Select the system that it runs, and builds natively"),
      choices: Object.keys(defaults.emulatable).map(value => ({ value, label: value })),
      chosen,
    }),
    answered: (answers, [value = ""]) => (value === answers.system ? answers : withSystem(answers, value)),
  };
}

function emulated(l10n: Localiser): Question<Answers> {
  return {
    isAsked: ({ defaults, system: own }) => (defaults.emulatable[own] ?? []).length > 0,
    prompt: ({ defaults, system: own, emulated: chosen }) => {
      const needed = new Map(defaults.systems.map(each => [each.system, each]));
      const all = defaults.emulatable[own] ?? [];
      const described = (value: string): Choice => {
        const known = needed.get(value);
        if (known === undefined) return { value, label: value };
        const count = known.machines === 1 ? l10n.t("1 machine") : l10n.t("{0} machines", known.machines);
        return { value, label: value, description: known.isBuildable ? count : `${count} · ${l10n.t("no builder")}` };
      };
      return {
        kind: "several",
        question: l10n.t("Select the systems that it is to emulate"),
        choices: [...all.filter(each => needed.has(each)), ...all.filter(each => !needed.has(each))].map(described),
        chosen,
      };
    },
    answered: (answers, given) => ({ ...answers, emulated: given }),
  };
}
