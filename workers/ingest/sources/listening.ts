import { AppError } from '../../../common/errors/app-error.ts';

/** Sources that listen are there for programs of this machine only. */
export const LOOPBACK = '127.0.0.1';

/** Why a port can't be listened on, for a person. */
export function listenError(error: NodeJS.ErrnoException, port: number): AppError {
  if (error.code === 'EADDRINUSE')
    return new AppError('source', 'port_taken', `Port ${port} is taken by another program.`, {
      hints: ['End that program, or give the stream another port.'],
      cause: error,
    });
  if (error.code === 'EACCES')
    return new AppError(
      'source',
      'port_denied',
      `Port ${port} needs the rights of an administrator.`,
      {
        hints: ['Ports from 1024 on need none.'],
        cause: error,
      },
    );
  return new AppError('source', 'listen', `Port ${port}: ${error.message}`, { cause: error });
}
