import { type ExecutionContext, HttpException } from '@nestjs/common'
import { AuthGuard } from '@nestjs/passport'
import type { Request } from 'express'
import { failureMessage, LoginError } from 'passport-code-flow'

/** A guard that starts a login, or finishes it and stores the user in the session. */
export function loginGuard(name: string) {
  return class extends AuthGuard(name) {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      await super.canActivate(context)
      await super.logIn(context.switchToHttp().getRequest<Request>())
      return true
    }

    override handleRequest<User>(
      error: unknown,
      user: User,
      info: { code: string },
      _context: ExecutionContext,
      status: number,
    ): User {
      if (error instanceof LoginError)
        throw new HttpException(failureMessage(error.code, 'en'), error.status)
      if (error) throw error
      if (!user) throw new HttpException(failureMessage(info.code, 'en'), status)
      return user
    }
  }
}
