package io.zova.boot.test.slice;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application whose only database is Zova, tested with H2 on the class path.
 */
@SpringBootApplication
class SliceApplication {

}
