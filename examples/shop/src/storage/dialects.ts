import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresAdapter,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely'

/** Any number that nothing else in this database locks. */
const LOCK = CompiledQuery.raw('select pg_advisory_xact_lock(7294051863)')

class LockingDriver extends PostgresDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    await super.beginTransaction(connection, settings)
    await connection.executeQuery(LOCK)
  }
}

class TransactionAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

/**
 * PostgreSQL for migrations: their transaction is their lock. The lock that Kysely takes belongs to
 * a connection, and behind a pooler the one that unlocks may be another: it would stay for an hour.
 */
export class MigrationDialect extends PostgresDialect {
  constructor(private readonly config: PostgresDialectConfig) {
    super(config)
  }

  override createAdapter(): PostgresAdapter {
    return new TransactionAdapter()
  }

  override createDriver(): PostgresDriver {
    return new LockingDriver(this.config)
  }
}

/** Takes the write lock when a transaction begins, so that two processes wait instead of failing. */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** Lets a migration and its bookkeeping commit together; SQLite can do that. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** SQLite with immediate transactions; migrations run inside one, which makes it their lock. */
export class ImmediateSqliteDialect extends SqliteDialect {
  constructor(private readonly config: SqliteDialectConfig) {
    super(config)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter()
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.config)
  }
}
