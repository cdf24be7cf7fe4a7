// What the bus refuses.

import { AppError } from '#base/errors.ts';

export const unknownType = (type: string): AppError =>
  new AppError({ code: 'bus.unknownType', message: `There is no message type ${type}.`, details: { type } });

export const closedType = (type: string): AppError =>
  new AppError({ code: 'bus.closedType', message: `Messages of the type ${type} are published by CAS alone.`, details: { type } });

export const badPayload = (type: string, reason: string): AppError =>
  new AppError({ code: 'bus.badPayload', message: `The payload of a ${type} message: ${reason}.`, details: { type, reason } });

export const messageNotFound = (id: string): AppError =>
  new AppError({ code: 'bus.notFound', message: `There is no message ${id}; it may be too old to be replayed.`, details: { id } });
