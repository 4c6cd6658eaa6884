package io.zova.boot;

import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Conditional;

/**
 * The opposite of {@link OnlyDataSource}.
 */
class OneOfSeveralDataSources extends NoneNestedConditions {

	OneOfSeveralDataSources() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@Conditional(OnlyDataSource.class)
	static class Only {

	}

}
