package io.zova.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that need the real engine. They are skipped, with the reason, where the program
 * that holds it was not built; where it is demanded they fail instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("conformance")
@ExtendWith(RequiresPeer.Condition.class)
@interface RequiresPeer {

	/**
	 * Looks for the built program.
	 */
	final class Condition implements ExecutionCondition {

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			return evaluate(System.getProperty("zova.peer", ""), Boolean.getBoolean("zova.peer.required"));
		}

		static ConditionEvaluationResult evaluate(String program, boolean required) {
			if (!program.isEmpty() && Files.isExecutable(Path.of(program))) {
				return ConditionEvaluationResult.enabled(program);
			}
			String reason = program.isEmpty() ? "needs the real engine: ./mvnw -pl zova-core -Pconformance test"
					: "the real engine was not built (cargo and clang are needed): no " + program;
			if (required) {
				throw new IllegalStateException("zova.peer.required is true, but: " + reason);
			}
			return ConditionEvaluationResult.disabled(reason);
		}

	}

}
