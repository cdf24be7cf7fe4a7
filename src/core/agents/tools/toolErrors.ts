// Errors a tool reports to the model. Each says what to do instead.

import { AppError } from '#base/errors.ts';

const toolError = (code: string, message: string): AppError => new AppError({ code, message });

export const withheldError = (path: string): AppError =>
  toolError('tool.withheld', `${path} may hold credentials; its content is not given to a model. Use secrets.scan findings instead.`);

export const notTextError = (path: string): AppError =>
  toolError('tool.notText', `${path} is not UTF-8 text and can be neither read nor edited.`);

export const badImageError = (path: string, why: string): AppError =>
  toolError('tool.badImage', `${path} cannot be shown to a model: ${why}.`);

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

export const existsError = (path: string): AppError => toolError('edit.exists', `${path} exists already. Replace text in it instead.`);

export const nothingToProposeError = (): AppError =>
  toolError('edit.nothing', 'There are no edits to propose. Make them with files_edit first.');

export const badRevisionError = (text: string): AppError => toolError('git.badRevision', `"${text}" is not a revision git can look up.`);

export const gitFailedError = (message: string): AppError => toolError('git.failed', `git said: ${message.slice(0, 500)}`);

export const skillNotAllowedError = (id: string, allowed: readonly string[]): AppError =>
  toolError('tool.notAllowed', `This agent may not run ${id}. It may run: ${allowed.join(', ') || 'none'}.`);

export const notItsProposalError = (id: string): AppError => toolError('tool.notAllowed', `${id} is not an open proposal of this run.`);
