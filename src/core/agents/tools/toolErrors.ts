// Errors a tool reports to the model. Each says what to do instead.

import { AppError } from '#base/errors.ts';

const toolError = (code: string, message: string, cause?: unknown): AppError => new AppError({ code, message, cause });

export const withheldError = (path: string): AppError =>
  toolError('tool.withheld', `${path} may hold credentials; its content is not given to a model. Use secrets.scan findings instead.`);

export const notTextError = (path: string): AppError =>
  toolError('tool.notText', `${path} is not UTF-8 text and can be neither read nor edited.`);

export const badImageError = (path: string, why: string): AppError =>
  toolError('tool.badImage', `${path} cannot be shown to a model: ${why}.`);

export const noColleaguesError = (): AppError => toolError('team.none', 'Nobody else can be asked here. Go on with what you have.');

export const tooLargeError = (path: string, sizeBytes: number): AppError =>
  toolError('tool.tooLarge', `${path} has ${sizeBytes} bytes, too many for a model to read. Search it instead.`);

export const missingFileError = (path: string): AppError => toolError('files.notFound', `There is no file ${path}. List the files first.`);

export const badPatternError = (reason: string): AppError =>
  toolError(
    'tool.badPattern',
    `The pattern is not valid (${reason}). RE2 syntax: no look-around, no back-references. Or set literal to true.`,
  );

export const noMatchError = (path: string): AppError =>
  toolError('edit.noMatch', `The text to replace is not in ${path}. Read the file again and copy it exactly, without the line numbers.`);

export const ambiguousError = (path: string, lines: readonly number[]): AppError =>
  toolError('edit.ambiguous', `The text to replace is in ${path} at lines ${lines.join(', ')}. Give more lines around the one you mean.`);

export const badDiffError = (why: string): AppError =>
  toolError('edit.badDiff', `That is not a unified diff of one file: ${why}. Write @@ lines, then lines that begin with " ", "-" or "+".`);

export const existsError = (path: string): AppError => toolError('edit.exists', `${path} exists already. Replace text in it instead.`);

export const notWritableError = (path: string): AppError =>
  toolError('edit.notText', `After that edit ${path} would hold half a character or a NUL, which is no text. Nothing was changed.`);

export const writtenTooLargeError = (path: string, sizeBytes: number): AppError =>
  toolError('edit.tooLarge', `After that edit ${path} would have ${sizeBytes} bytes, more than a proposal takes. Nothing was changed.`);

export const nothingToProposeError = (): AppError =>
  toolError('edit.nothing', 'There are no edits to propose. Make them with files_edit first.');

export const badRevisionError = (text: string): AppError => toolError('git.badRevision', `"${text}" is not a revision git can look up.`);

export const gitFailedError = (message: string): AppError => toolError('git.failed', `git said: ${message.slice(0, 500)}`);

export const skillNotAllowedError = (id: string, allowed: readonly string[]): AppError =>
  toolError('tool.notAllowed', `This agent may not run ${id}. It may run: ${allowed.join(', ') || 'none'}.`);

export const notItsProposalError = (id: string): AppError => toolError('tool.notAllowed', `${id} is not an open proposal of this run.`);

export const noSuchFolderError = (path: string): AppError => toolError('files.notFound', `There is no folder ${path} in the copy.`);

export const nobodyToAskError = (): AppError =>
  toolError('user.absent', 'Nobody is there to answer. Decide by what you know, and say in your result what you assumed.');

export const noTestCommandError = (reason: string): AppError => toolError('tests.noCommand', `The tests did not run: ${reason}.`);

export const badUrlError = (url: string): AppError =>
  toolError('web.badUrl', `${JSON.stringify(url.slice(0, 200))} is not a plain http or https address (without user name and password).`);

export const searchFailedError = (why: string, cause?: unknown): AppError =>
  toolError('web.searchFailed', `The web was not searched: ${why}.`, cause);

export const codeNotServedError = (what: string, path: string): AppError =>
  toolError('code.notServed', `Nothing here knows ${what} of ${path}. Search for the name instead.`);

export const nameNotAtError = (name: string, path: string, line: number): AppError =>
  toolError('code.noName', `${name} does not stand in line ${line} of ${path}. Read the file again.`);
