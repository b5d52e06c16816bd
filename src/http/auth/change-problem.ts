import { CredentialChangeError } from '../../auth/auth-lock.ts'
import { type ProblemCode, ProblemError } from '../problem.ts'

const codes: Readonly<Record<CredentialChangeError['code'], ProblemCode>> = {
  'not-found': 'not-found',
  conflict: 'conflict',
  invalid: 'credential-refused',
}

/** Makes a change of who may do what; one that cannot be made is answered with its problem. */
export async function orProblem<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (error instanceof CredentialChangeError) {
      throw new ProblemError(codes[error.code], error.message)
    }
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new ProblemError('disk-full', 'nothing was changed', {
        headers: { 'retry-after': '5' },
      })
    }
    throw error
  }
}
