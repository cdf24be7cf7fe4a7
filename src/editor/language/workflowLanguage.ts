// Workflow and agent files while they are written: problems as they arise, completion and hover.

import type { Editor } from '#editor/editor.ts';
import { checkWhileTyping } from '#editor/language/checkWhileTyping.ts';
import { contributeCompletion } from '#editor/language/completion.ts';
import {
  clearProblems,
  isAgentFile,
  isWorkflowFile,
  publishAgentProblems,
  publishListed,
  publishProblems,
} from '#editor/language/workflowProblems.ts';

export function contributeLanguage(editor: Editor): void {
  checkWhileTyping(editor, {
    isOne: isWorkflowFile,
    publish: (document) => publishProblems(editor, document),
    deleted: (uri) => {
      if (/\.cas\.ya?ml$/.test(uri.path)) clearProblems(editor, uri);
    },
  });
  checkWhileTyping(editor, {
    isOne: isAgentFile,
    publish: (document) => publishAgentProblems(editor, document),
    deleted: (uri) => {
      if (/\/agents\/[^/]+\.md$/.test(uri.path)) clearProblems(editor, uri);
    },
  });
  contributeCompletion(editor);
  editor.own(
    editor.model.onDidChange((lists) => {
      if (lists.has('workflows')) publishListed(editor);
    }),
  );
}
