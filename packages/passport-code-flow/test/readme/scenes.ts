import { createHash } from 'node:crypto'
import express, { type Express } from 'express'
import session from 'express-session'
import request from 'supertest'
import { Strategy as MoneyPools } from '../../../passport-moneypools/src/index.js'
import { openZaloPay } from '../support/shop.js'
import { type Document, openDocument } from './document.js'

/** What the programs of a document that are no files of their own are given, and what they did. */
export interface Scene {
  given: Record<string, unknown>
  /** Looks at what the programs left behind, once all have run. */
  check: () => Promise<void>
  close?: () => Promise<void>
}

const settings = { MONEYPOOLS_CLIENT_ID: '1', MONEYPOOLS_CLIENT_SECRET: 'secret' }

/** Makes the scene of a document with programs that are part of a larger one. */
export const scenes: Record<string, (document: Document) => Scene | Promise<Scene>> = {
  'README.md': () => {
    const app = createSite()
    const check = async () => {
      await request(app)
        .post('/auth/moneypools')
        .expect('location', 'https://cs.moneypoolscash.com/api/oauth?app_id=1')
      await request(app).get('/auth/moneypools/callback').expect('location', '/login')
    }
    return { given: { app, process: { env: settings }, users: {} }, check }
  },
  'packages/passport-code-flow/README.md': core,
  'packages/passport-moneypools/README.md': moneypools,
  'packages/passport-moneypools/README.ru.md': moneypools,
  'docs/providers/zalopay.md': zalopay,
}

/** Modules that the tests of a document require, and that are the reader's own. */
export const modules: Record<string, Record<string, unknown>> = {
  'packages/passport-provider-simulators/README.md': {
    // the application that the README leads to
    './app': openDocument('docs/testing-your-app.md').load('app.js'),
  },
}

/** A console; what is printed must be what the comment on its line says. */
function core({ blocks }: Document): Scene {
  const printed: unknown[] = []
  const programs = blocks.map(({ source }) => source).join('\n')
  const comments = programs.match(/(?<=^console\.log.*\/\/ ).*$/gm)
  const check = async () => expect(printed).toEqual(comments)
  return { given: { console: { log: (text: unknown) => printed.push(text) } }, check }
}

function moneypools({ passport }: Document): Scene {
  const MONEYPOOLS_CALLBACK_URL = 'https://shop.example/auth/moneypools/callback'
  const env = { ...settings, MONEYPOOLS_CALLBACK_URL, FRIENDS_SECRET: 'secret' }
  const check = async () => {
    const app = createSite().post('/auth/friends', passport.authenticate('friends'))
    await request(app)
      .post('/auth/friends')
      .expect('location', 'https://friends.example/community/api/oauth?app_id=1234567890123')
  }
  return { given: { process: { env }, passport, Strategy: MoneyPools }, check }
}

/** A page inside ZaloPay: the SDK, `fetch` of the page's own site, and the form that is sent. */
async function zalopay(): Promise<Scene> {
  const { zalopay: simulator, zalopayStrategy, refreshToken } = await openZaloPay()
  const app = createSite()
  const page = createPage((challenge) => simulator.issueCode({ codeChallenge: challenge }))
  const printed: unknown[] = []
  const hexChallenge = async (verifier: string) =>
    Buffer.from(createHash('sha256').update(verifier).digest('hex')).toString('base64url')
  const given = {
    console: { log: (length: unknown) => printed.push(length) },
    zlpSdk: { User: { generateCodeChallenge: hexChallenge } },
    app,
    './passport': { zalopayStrategy },
    saved: { refreshToken },
    fetch: async (path: string, { method }: { method: 'POST' }) => ({
      json: async () => (await request(app)[method === 'POST' ? 'post' : 'get'](path)).body,
    }),
  }
  const check = async () => {
    expect(printed).toEqual([86])
    expect(page.sent).toEqual([
      { action: simulator.callbackURL, login: expect.any(String), code: expect.any(String) },
    ])
    expect(simulator.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'refresh'])
  }
  const close = async () => {
    page.leave()
    await simulator.close()
  }
  return { given, check, close }
}

/** As much of a browser as `requestLogin` touches. */
function createPage(issue: (challenge: string) => string) {
  const sent: Record<string, string>[] = []
  const getOauthV1Code = async ({ codeChallenge }: { codeChallenge: string }) => ({
    data: { code: issue(codeChallenge) },
  })
  const createElement = () => {
    const inputs: { name: string; value: string }[] = []
    const element = {
      action: '',
      append: (input: { name: string; value: string }) => void inputs.push(input),
      submit: () => {
        const fields = Object.fromEntries(inputs.map(({ name, value }) => [name, value]))
        sent.push({ action: element.action, ...fields })
      },
    }
    return element
  }
  const browser = {
    window: { zlpSdk: { User: { getOauthV1Code } } },
    document: { createElement, head: createElement(), documentElement: createElement() },
  }
  Object.assign(globalThis, browser)
  const leave = () => {
    for (const name of Object.keys(browser)) Reflect.deleteProperty(globalThis, name)
  }
  return { sent, leave }
}

function createSite(): Express {
  return express().use(session({ secret: 'test', resave: false, saveUninitialized: false }))
}
