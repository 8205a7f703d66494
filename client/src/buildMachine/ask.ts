import * as vscode from "vscode";
import { type Choice, neighbour, type Prompt, position, type Question } from "./question.ts";

/** What the user did in a step. */
type Reaction = { readonly kind: "given"; readonly given: readonly string[] } | { readonly kind: "back" | "cancelled" };

/** Where a step is in its flow. */
interface Place {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
}

interface ChoiceItem extends vscode.QuickPickItem {
  readonly choice: Choice;
}

/** Asks questions one by one, with a way back. Undefined if the user cancels. */
export async function ask<A>(title: string, questions: readonly Question<A>[], initial: A): Promise<A | undefined> {
  let answers = initial;
  let index = neighbour(questions, answers, -1, 1);
  for (let question = questions[index]; question !== undefined; question = questions[index]) {
    const reaction = await show(question.prompt(answers), { title, ...position(questions, answers, index) });
    if (reaction.kind === "cancelled") return undefined;
    if (reaction.kind === "given") answers = question.answered(answers, reaction.given);
    index = neighbour(questions, answers, index, reaction.kind === "back" ? -1 : 1);
  }
  return answers;
}

function show(prompt: Prompt, place: Place): Promise<Reaction> {
  return prompt.kind === "text" ? showText(prompt, place) : showChoices(prompt, place);
}

function showText(prompt: Prompt & { readonly kind: "text" }, place: Place): Promise<Reaction> {
  const box = vscode.window.createInputBox();
  box.value = prompt.value;
  box.valueSelection = [0, prompt.value.length];
  box.prompt = prompt.question;
  box.placeholder = prompt.placeholder ?? "";
  const check = () => {
    box.validationMessage = prompt.problem(box.value.trim());
    return box.validationMessage === undefined;
  };
  return reactionTo(box, place, accept => [
    // Nothing is wrong before the user has typed.
    box.onDidChangeValue(() => void check()),
    box.onDidAccept(() => check() && accept([box.value.trim()])),
  ]);
}

function showChoices(prompt: Prompt & { readonly kind: "one" | "several" }, place: Place): Promise<Reaction> {
  const pick = vscode.window.createQuickPick<ChoiceItem>();
  pick.items = prompt.choices.map(choice => {
    const { label, description, detail } = choice;
    return {
      label,
      choice,
      ...(description !== undefined && { description }),
      ...(detail !== undefined && { detail }),
    };
  });
  pick.placeholder = prompt.question;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.canSelectMany = prompt.kind === "several";
  const chosen = new Set(prompt.kind === "several" ? prompt.chosen : [prompt.chosen]);
  const items = pick.items.filter(({ choice }) => chosen.has(choice.value));
  if (prompt.kind === "several") pick.selectedItems = items;
  else pick.activeItems = items;
  return reactionTo(pick, place, accept => [
    pick.onDidAccept(() => {
      const values = pick.selectedItems.map(({ choice }) => choice.value);
      if (prompt.kind === "several" || values.length > 0) accept(values);
    }),
  ]);
}

/** Shows an input and waits for what the user does. Another window or a terminal may be needed meanwhile, to copy a key. */
async function reactionTo(
  input: (vscode.InputBox | vscode.QuickPick<ChoiceItem>) & { ignoreFocusOut: boolean },
  { title, step, steps }: Place,
  listen: (accept: (given: readonly string[]) => void) => readonly vscode.Disposable[],
): Promise<Reaction> {
  input.title = title;
  input.step = step;
  input.totalSteps = steps;
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  const subscriptions: vscode.Disposable[] = [input];
  try {
    return await new Promise<Reaction>(resolve => {
      subscriptions.push(
        ...listen(given => resolve({ kind: "given", given })),
        input.onDidTriggerButton(() => resolve({ kind: "back" })),
        input.onDidHide(() => resolve({ kind: "cancelled" })),
      );
      input.show();
    });
  } finally {
    for (const each of subscriptions) each.dispose();
  }
}
