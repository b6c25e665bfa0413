@NullMarked
package sotto.media.dtls;

import org.jspecify.annotations.NullMarked;
