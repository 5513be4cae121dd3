import { isDeepStrictEqual } from 'node:util'
import { ConflictException, type ExecutionContext, HttpException } from '@nestjs/common'
import { AuthGuard } from '@nestjs/passport'
import type { Request } from 'express'
import { failureMessage, type FailureInfo, LoginError, type LoginInfo } from 'passport-code-flow'

/** A guard that starts a login, or finishes it and stores the user in the session. */
export function loginGuard(name: string) {
  return class extends AuthGuard(name) {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = context.switchToHttp().getRequest<Request>()
      const { user } = request
      await super.canActivate(context)
      if (request.user !== user) await super.logIn(request)
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
      const { user: current } = context.switchToHttp().getRequest<Request>()
      // Back, a reload or a second tab sends the callback again, and the user is logged in
      const repeated = /^(code_already_used|no_pending_login)$/
      if (!user && current && repeated.test(info.code)) return current as User
      if (!user) throw new HttpException(failureMessage(info.code, 'en'), status)
      // anybody can send a link with a MonPay code: it must not change who is logged in
      const isOther = current && !isDeepStrictEqual(current, user)
      if (isOther && info.initiatedBy === 'provider') throw new ConflictException('Log out first')
      return user
    }
  }
}
