@NullMarked
package sotto.media.srtp;

import org.jspecify.annotations.NullMarked;
