import {
  CompiledQuery,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type PostgresDialectConfig,
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
