// Runs in the page before its own scripts: what VS Code's webview gives a page. Self-contained: it is sent as text.

/** @param {{ variables: Record<string, string>, classes: string, extraClasses: string }} theme */
export function becomeWebview(theme) {
  const key = 'webview-state';
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => void window.casPost(JSON.stringify(message)),
    getState: () => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem(key, JSON.stringify(state)),
  });
  window.casReceive = (frames) => {
    for (const frame of frames) window.postMessage(frame, '*');
  };
  window.casDress = ({ variables, classes, extraClasses }) => {
    const { style } = document.documentElement;
    for (const name of Array.from(style)) style.removeProperty(name);
    for (const [name, value] of Object.entries(variables)) style.setProperty(name, value);
    document.body.className = `${classes} ${extraClasses}`;
  };
  const sheet = new CSSStyleSheet();
  // As VS Code's own default styles for webviews.
  sheet.replaceSync(
    '@layer vscode-default { html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); } ' +
      'body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); ' +
      'font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; } }',
  );
  document.adoptedStyleSheets = [sheet];
  const dress = () => document.body && window.casDress(theme);
  new MutationObserver((_, observer) => {
    if (document.body) {
      observer.disconnect();
      dress();
    }
  }).observe(document, { childList: true, subtree: true });
  // Long tasks and the first paint, for those who ask.
  window.casLongTasks = [];
  new PerformanceObserver((list) => window.casLongTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
    buffered: true,
  });
}
