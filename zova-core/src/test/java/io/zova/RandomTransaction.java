package io.zova;

import java.util.Random;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

/**
 * A transaction with savepoints that ends as chance has it.
 */
public final class RandomTransaction {

	private RandomTransaction() {
	}

	/**
	 * Runs a transaction.
	 * @param manager of the database
	 * @param random chooses
	 * @param change changes something
	 * @param afterChange looks at what is there now
	 */
	public static void run(PlatformTransactionManager manager, Random random, Runnable change, Runnable afterChange) {
		TransactionStatus status = manager.getTransaction(TransactionDefinition.withDefaults());
		try {
			for (int i = random.nextInt(4); i >= 0; i--) {
				change.run();
				afterChange.run();
				if (random.nextBoolean()) {
					Object savepoint = status.createSavepoint();
					change.run();
					afterChange.run();
					if (random.nextBoolean()) {
						status.rollbackToSavepoint(savepoint);
						afterChange.run();
					}
					status.releaseSavepoint(savepoint);
				}
			}
		}
		catch (Throwable ex) {
			manager.rollback(status);
			throw ex;
		}
		if (random.nextBoolean()) {
			manager.commit(status);
		}
		else {
			manager.rollback(status);
		}
	}

}
