package io.zova.boot.data;

import java.time.temporal.TemporalAccessor;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.GenericConverter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;

import io.zova.object.ObjectId;
import io.zova.sqlite.StoredTimes;

/**
 * Times and object ids as SQL values, the same that plain JDBC on Zova's connections
 * stores.
 */
final class StoredValues {

	private StoredValues() {
	}

	@ReadingConverter
	enum Reading implements GenericConverter {

		INSTANCE;

		@Override
		public Set<ConvertiblePair> getConvertibleTypes() {
			Set<ConvertiblePair> pairs = new LinkedHashSet<>();
			for (Class<?> type : StoredTimes.TYPES) {
				pairs.add(new ConvertiblePair(String.class, type));
				pairs.add(new ConvertiblePair(Number.class, type));
			}
			pairs.add(new ConvertiblePair(byte[].class, ObjectId.class));
			return pairs;
		}

		@Override
		public @Nullable Object convert(@Nullable Object source, TypeDescriptor from, TypeDescriptor to) {
			if (source == null) {
				return null;
			}
			return (source instanceof byte[] id) ? ObjectId.of(id) : StoredTimes.read(source, to.getObjectType());
		}

	}

	@WritingConverter
	enum Writing implements GenericConverter {

		INSTANCE;

		@Override
		public Set<ConvertiblePair> getConvertibleTypes() {
			Set<ConvertiblePair> pairs = new LinkedHashSet<>();
			for (Class<?> type : StoredTimes.TYPES) {
				pairs.add(new ConvertiblePair(type, String.class));
			}
			pairs.add(new ConvertiblePair(ObjectId.class, byte[].class));
			return pairs;
		}

		@Override
		public @Nullable Object convert(@Nullable Object source, TypeDescriptor from, TypeDescriptor to) {
			if (source == null) {
				return null;
			}
			return (source instanceof ObjectId id) ? id.toBytes() : StoredTimes.write((TemporalAccessor) source);
		}

	}

}
