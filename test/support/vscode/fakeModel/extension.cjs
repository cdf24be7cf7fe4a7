// A language model extension for tests. It offers nothing until `fakeModel.offer` says so; the last words asked decide the answer.
const vscode = require('vscode');

const MODEL = {
  id: 'fake-1',
  name: 'Fake One',
  family: 'fake',
  version: '1',
  maxInputTokens: 10000,
  maxOutputTokens: 1000,
  capabilities: { toolCalling: true },
};

function textOf(message) {
  return message.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

function resultsOf(message) {
  return message.content.flatMap((part) =>
    part instanceof vscode.LanguageModelToolResultPart ? part.content.map((inner) => inner.value) : [],
  );
}

async function answer(messages, options, progress, token) {
  const asked = textOf(messages.at(-1));
  if (asked === 'fail') throw new Error('scripted failure');
  if (asked === 'nothing') return;
  if (asked === 'call') {
    progress.report(new vscode.LanguageModelTextPart('I read both.'));
    progress.report(new vscode.LanguageModelToolCallPart('a', options.tools[0].name, { path: 'a.ts' }));
    progress.report(new vscode.LanguageModelToolCallPart('b', options.tools[0].name, { path: 'b.ts' }));
    return;
  }
  progress.report(new vscode.LanguageModelTextPart('You said '));
  if (asked === 'hang') return new Promise((resolve) => token.onCancellationRequested(resolve));
  progress.report(new vscode.LanguageModelTextPart([asked, ...messages.flatMap(resultsOf)].join(' + ')));
}

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  let offered = false;
  context.subscriptions.push(
    changed,
    vscode.commands.registerCommand('fakeModel.offer', (value) => {
      offered = value;
      changed.fire();
    }),
    vscode.lm.registerLanguageModelChatProvider('fake-vendor', {
      onDidChangeLanguageModelChatInformation: changed.event,
      provideLanguageModelChatInformation: () => (offered ? [MODEL] : []),
      provideLanguageModelChatResponse: (_model, messages, options, progress, token) => answer(messages, options, progress, token),
      provideTokenCount: async (_model, text) => (typeof text === 'string' ? text.length : 1),
    }),
  );
};
