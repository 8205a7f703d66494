import type { TimelineTexts } from "./messages.ts";

/** What the page consists of besides its texts. */
export interface PageParts {
  /** The text of the script. */
  readonly script: string;
  /** A random text that only our script and style have. */
  readonly nonce: string;
}

const style = `
body { padding: 8px 16px; color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family) }
#tools { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
button { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
  border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 2px; padding: 4px 10px; font: inherit; cursor: pointer }
button:hover { background: var(--vscode-button-secondaryHoverBackground) }
button:focus-visible, #chart:focus-visible { outline: 1px solid var(--vscode-focusBorder) }
#chart { position: relative; overflow: hidden; touch-action: pan-y }
canvas { display: block; width: 100% }
.tip { position: absolute; top: 0; left: 0; padding: 4px 8px; white-space: pre-line; pointer-events: none; max-width: 60%;
  color: var(--vscode-editorHoverWidget-foreground); background: var(--vscode-editorHoverWidget-background);
  border: 1px solid var(--vscode-editorHoverWidget-border) }
table { border-collapse: collapse; margin-top: 16px; width: 100% }
th, td { text-align: left; padding: 2px 12px 2px 0; white-space: nowrap }
th { border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, currentColor)) }
tbody tr { content-visibility: auto; contain-intrinsic-height: 1.5em }
button.link { color: var(--vscode-textLink-foreground); background: none; border: none; padding: 0; text-align: left }
[hidden] { display: none !important }
`;

/** The page of a timeline. It contains our script, and loads nothing. */
export function timelinePage({ script, nonce }: PageParts, texts: TimelineTexts): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const button = (id: string, text: string) => `<button id="${id}">${escaped(text)}</button>`;
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<p id="summary" role="status"></p>
<div id="tools" hidden>
${button("zoom-in", texts.zoomIn)}
${button("zoom-out", texts.zoomOut)}
${button("fit", texts.fit)}
${button("save", texts.save)}
</div>
<div id="chart" role="img" tabindex="0" hidden></div>
<table id="table" hidden></table>
<script nonce="${nonce}">${script.replaceAll("</", "<\\/")}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
