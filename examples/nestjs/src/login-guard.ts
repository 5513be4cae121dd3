import { isDeepStrictEqual } from 'node:util'
import { ConflictException, type ExecutionContext, HttpException } from '@nestjs/common'
import { AuthGuard } from '@nestjs/passport'
import type { Request } from 'express'
import { failureMessage, type FailureInfo, LoginError, type LoginInfo } from 'passport-code-flow'

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
      info: FailureInfo & LoginInfo,
      context: ExecutionContext,
      status: number,
    ): User {
      if (error instanceof LoginError)
        throw new HttpException(failureMessage(error.code, 'en'), error.status)
      if (error) throw error
      if (!user) throw new HttpException(failureMessage(info.code, 'en'), status)
      // anybody can send a link with a MonPay code: it must not change who is logged in
      const { user: current } = context.switchToHttp().getRequest<Request>()
      const isOther = current && !isDeepStrictEqual(current, user)
      if (isOther && info.initiatedBy === 'provider') throw new ConflictException('Log out first')
      return user
    }
  }
}
