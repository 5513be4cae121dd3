// What esbuild bundles into one file.
const express = require('express')
const session = require('express-session')
const passport = require('passport')
const zalopay = require('passport-zalopay-pkce')
const { createApp } = require('./express.cjs')
const { checkTexts } = require('./texts.cjs')

const sessions = session({ secret: 'bundled', resave: false, saveUninitialized: false })
checkTexts(zalopay)
exports.createApp = (settings) => createApp({ express, passport, sessions }, settings)
