@NullMarked
package sotto.media.rtcp;

import org.jspecify.annotations.NullMarked;
