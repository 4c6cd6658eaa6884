package io.zova.contract;

import java.util.ServiceLoader;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The engines of the module whose tests run.
 */
final class Engines implements ArgumentsProvider {

	@Override
	public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
		return ServiceLoader.load(Engine.class)
			.stream()
			.map((engine) -> Arguments.of(Named.of(engine.type().getSimpleName(), engine.get())));
	}

}
