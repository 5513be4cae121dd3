// What esbuild bundles into one file.
const express = require('express')
const session = require('express-session')
const passport = require('passport')
const { createApp } = require('./express.cjs')

const sessions = session({ secret: 'bundled', resave: false, saveUninitialized: false })
exports.createApp = (settings) => createApp({ express, passport, sessions }, settings)
