/** One of several answers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
}

/** How a question is asked, with the answer that is proposed or was given before. */
export type Prompt =
  | {
      readonly kind: "one";
      readonly question: string;
      readonly choices: readonly Choice[];
      readonly chosen?: string | undefined;
    }
  | {
      readonly kind: "several";
      readonly question: string;
      readonly choices: readonly Choice[];
      readonly chosen: readonly string[];
    }
  | {
      readonly kind: "text";
      readonly question: string;
      readonly value: string;
      readonly placeholder?: string | undefined;
      /** Why a text is not accepted; undefined if it is. */
      readonly problem: (text: string) => string | undefined;
    };

/** A step of a guided flow, which changes the answers so far. */
export interface Question<A> {
  /** Whether it is asked at all, given the other answers. */
  readonly isAsked: (answers: A) => boolean;
  readonly prompt: (answers: A) => Prompt;
  /** @param given the chosen values, or one text without spaces around it. */
  readonly answered: (answers: A, given: readonly string[]) => A;
}

/** The index of the next question that is asked, or of the previous one; -1 if there is none. */
export function neighbour<A>(questions: readonly Question<A>[], answers: A, from: number, step: 1 | -1): number {
  for (let index = from + step; index >= 0 && index < questions.length; index += step)
    if (questions[index]?.isAsked(answers) === true) return index;
  return -1;
}

/** The number of a question among those that are asked, counted from 1, and how many they are. */
export function position<A>(
  questions: readonly Question<A>[],
  answers: A,
  index: number,
): { readonly step: number; readonly steps: number } {
  const isAsked = (question: Question<A>) => question.isAsked(answers);
  return { step: questions.slice(0, index + 1).filter(isAsked).length, steps: questions.filter(isAsked).length };
}
